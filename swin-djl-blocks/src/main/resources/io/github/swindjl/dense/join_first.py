# The share of the first map x (n, d, h, w) -> (n, out, h, w); weight (out, d and more, 3, 3).
def forward(self, x: Tensor, weight: Tensor) -> Tensor:
  x = torch.to(x, ${precision})
  n, depth, height, width = x.size()
  part = torch.to(torch.slice(weight, 1, 0, depth), ${precision})
  if ${deterministic}:
    columns = torch.im2col(x, [3, 3], [1, 1], [1, 1], [1, 1])
    y = torch.matmul(torch.reshape(part, [part.size(0), -1]), columns)
    y = torch.reshape(y, [n, -1, height, width])
  else:
    y = torch.conv2d(x, part, None, [1, 1], [1, 1])
  return torch.to(y, 6)
