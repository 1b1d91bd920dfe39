# (n, d, h, w) -> (n, d, ${side}, ${side}): means over cells that overlap where they do not divide.
def forward(self, x: Tensor) -> Tensor:
  if ${deterministic}:
    y = torch.matmul(torch.matmul(self.means(x, x.size(2)), x), torch.transpose(self.means(x, x.size(3)), 0, 1))
  else:
    y = torch.adaptive_avg_pool2d(x, [${side}, ${side}])
  return y

# What each place of an axis gives to each cell, (${side}, size), like x's device.
def means(self, x: Tensor, size: int) -> Tensor:
  one = torch.unsqueeze(torch.eye(size, dtype=6, device=x.device), 0)
  return torch.transpose(torch.adaptive_avg_pool1d(one, [${side}])[0], 0, 1)
