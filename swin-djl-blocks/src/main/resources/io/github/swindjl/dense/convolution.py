# x (n, in, h, w) -> (n, out, h, w)
def forward(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
  x = torch.to(x, ${precision})
  weight = torch.to(weight, ${precision})
  if ${deterministic}:
    n, depth, height, width = x.size()
    side = weight.size(2)
    columns = torch.im2col(x, [side, side], [1, 1], [${padding}, ${padding}], [1, 1])
    y = torch.matmul(torch.reshape(weight, [weight.size(0), -1]), columns)
    if ${has_bias}:
      y = y + torch.reshape(torch.to(bias, ${precision}), [-1, 1])
    y = torch.reshape(y, [n, -1, height, width])
  elif ${has_bias}:
    y = torch.conv2d(x, weight, torch.to(bias, ${precision}), [1, 1], [${padding}, ${padding}])
  else:
    y = torch.conv2d(x, weight, None, [1, 1], [${padding}, ${padding}])
  return torch.to(y, 6)
