# Rounds float32 values x, which are overwritten, to bfloat16 arrays kept of the same shapes: down by
# the step between two bfloat16 numbers around a value, after a random part of the step was added.
#
# noise holds numbers from [0, 1) in steps of 2**-16. Piece k of the values adds number k to all of
# them, modulo 1, so that the noise of any two values is independent. All of it is exact below 2**104:
# the difference of scaled and its product is the power of two in a value (found by Rump), the step is
# 2**-7 of it, at least 2**-133, and what is rounded down has 24 bits.
def forward(self, kept: List[Tensor], x: List[Tensor], noise: Tensor, piece: int) -> Tensor:
  flat = annotate(List[Tensor], [])
  sizes = annotate(List[int], [])
  for value in x:
    flat = torch.append(flat, torch.reshape(value, [-1]))
    sizes = torch.append(sizes, torch.numel(value))
  values = flat[0]
  if torch.gt(torch.len(flat), 1):
    values = torch.cat(flat)
  length = torch.numel(noise)
  k = piece
  for part in torch.split(values, length):
    part_noise = torch.frac(torch.narrow(noise, 0, 0, torch.numel(part)) + torch.select(noise, 0, k % length))
    scaled = part * 8388609.
    step = torch.clamp_min_(torch.mul_(torch.abs_(scaled - scaled * 0.999999940395355224609375), 0.0078125), 9.183549615799121e-41)
    torch.mul_(torch.floor_(torch.add_(torch.div_(part, step), part_noise)), step)
    k = k + 1
  rounded = torch.split_with_sizes(values, sizes)
  for i in range(torch.len(kept)):
    torch.copy_(torch.reshape(kept[i], [-1]), rounded[i])
  return noise
