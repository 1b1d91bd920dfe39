# One update of a group of parameters p from their gradients g (zero afterwards), with moments m and v
# in bfloat16, given as bytes (2 * values); step counts the updates, this one included. Where overflow
# is 1 only the gradients change.
#
# All arithmetic is float32. The moments are rounded up or down at random, the more probably the nearer:
# so changes below their last digit add up, which the second moment's nearly always are.
def forward(self, p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], step: Tensor, overflow: Tensor, rate: float, weight_decay: float) -> Tensor:
  scale = torch.reciprocal(1. - torch.pow(${beta1}, step)) * rate
  root = torch.sqrt(1. - torch.pow(${beta2}, step))
  applies = torch.eq(overflow, 0)
  for i in range(torch.len(p)):
    x = p[i]
    first = self.widened(m[i], x) * ${beta1} + g[i] * (1. - ${beta1})
    second = self.widened(v[i], x) * ${beta2} + g[i] * g[i] * (1. - ${beta2})
    change = first / (torch.sqrt(second) / root + ${eps}) * scale
    torch.copy_(x, torch.where(applies, x * (1. - rate * weight_decay) - change, x))
    torch.copy_(m[i], torch.where(applies, self.rounded(first, step, 0), m[i]))
    torch.copy_(v[i], torch.where(applies, self.rounded(second, step, 1), v[i]))
  torch._foreach_zero_(g)
  return step

def widened(self, moment: Tensor, x: Tensor) -> Tensor:
  return torch.reshape(torch.to(torch.view(moment, dtype=15), 6), x.size())

# The bytes of x in bfloat16. What is added to the digits that are cut off is a hash (that of MurmurHash3's
# end) of a value's place, the update and which moment it is.
def rounded(self, x: Tensor, step: Tensor, moment: int) -> Tensor:
  bits = torch.view(torch.reshape(x, [-1]), dtype=3)
  count = bits.size(0)
  z = torch.arange(count, dtype=3, device=ops.prim.device(x))
  z = z + torch.to(step * 2. + moment, 3) * 1640531527
  z = torch.bitwise_xor(z, torch.bitwise_and(torch.bitwise_right_shift(z, 16), 65535)) * -2048144789
  z = torch.bitwise_xor(z, torch.bitwise_and(torch.bitwise_right_shift(z, 13), 524287)) * -1028477387
  z = torch.bitwise_and(torch.bitwise_right_shift(z, 16), 65535)
  bytes = torch.reshape(torch.view(bits + z, dtype=0), [count, 4])
  return torch.reshape(torch.slice(bytes, 1, 2, 4), [-1])
