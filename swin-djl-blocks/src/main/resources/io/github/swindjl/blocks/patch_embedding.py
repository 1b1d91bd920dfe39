# image (n, channels, height, width) -> (n, height / p, width / p, d)
def forward(self, image: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
  p = ${patch}
  if ${pad}:
    bottom = (p - image.size(2) % p) % p
    right = (p - image.size(3) % p) % p
    if bottom + right > 0:
      image = torch.constant_pad_nd(image, [0, right, 0, bottom], 0)
  image = torch.to(image, ${precision})
  weight = torch.to(weight, ${precision})
  bias = torch.to(bias, ${precision})
  if ${deterministic}:
    n, channels, height, width = image.size()
    y = torch.slice(torch.slice(image, 2, 0, height // p * p), 3, 0, width // p * p)
    y = torch.reshape(y, [n, channels, height // p, p, width // p, p])
    y = torch.reshape(torch.permute(y, [0, 2, 4, 1, 3, 5]), [n, height // p, width // p, channels * p * p])
    y = torch.linear(y, torch.reshape(weight, [weight.size(0), channels * p * p]), bias)
  else:
    y = torch.permute(torch.conv2d(image, weight, bias, [p, p]), [0, 2, 3, 1])
  return torch.contiguous(torch.to(y, 6))
