# x (n, in, h, w) -> (n, out, h, w)
def forward(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
  padding = [${padding}, ${padding}]
  if ${has_bias}:
    y = torch.conv2d(torch.to(x, ${precision}), torch.to(weight, ${precision}), torch.to(bias, ${precision}), [1, 1], padding)
  else:
    y = torch.conv2d(torch.to(x, ${precision}), torch.to(weight, ${precision}), None, [1, 1], padding)
  return torch.to(y, 6)
