# image (n, channels, height, width) -> (n, height / p, width / p, d)
def forward(self, image: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
  p = ${patch}
  if ${pad}:
    bottom = (p - image.size(2) % p) % p
    right = (p - image.size(3) % p) % p
    if bottom + right > 0:
      image = torch.constant_pad_nd(image, [0, right, 0, bottom], 0)
  y = torch.conv2d(torch.to(image, ${precision}), torch.to(weight, ${precision}), torch.to(bias, ${precision}), [p, p])
  return torch.contiguous(torch.permute(torch.to(y, 6), [0, 2, 3, 1]))
