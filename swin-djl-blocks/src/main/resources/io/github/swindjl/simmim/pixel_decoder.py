# x (n, h, w, d), weight (channels * stride * stride, d, 1, 1) -> (n, channels, h * stride, w * stride)
def forward(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
  n, height, width, depth = x.size()
  s = ${stride}
  y = torch.linear(torch.to(x, ${precision}), torch.to(torch.reshape(weight, [-1, depth]), ${precision}), torch.to(bias, ${precision}))
  y = torch.permute(torch.reshape(torch.to(y, 6), [n, height, width, ${channels}, s, s]), [0, 3, 1, 4, 2, 5])
  return torch.reshape(y, [n, ${channels}, height * s, width * s])
