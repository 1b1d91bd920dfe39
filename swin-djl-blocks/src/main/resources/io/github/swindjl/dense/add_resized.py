# x (n, d, h, w) plus y (n, d, any rows, any columns), resized.
def forward(self, x: Tensor, y: Tensor) -> Tensor:
  if ${deterministic}:
    down = self.weights(y, y.size(2), x.size(2))
    across = self.weights(y, y.size(3), x.size(3))
    resized = torch.matmul(torch.matmul(down, y), torch.transpose(across, 0, 1))
  else:
    resized = torch.upsample_bilinear2d(y, [x.size(2), x.size(3)], False)
  return x + resized

# What each of some places gives to each of others along an axis, (to, from), like y's device.
def weights(self, y: Tensor, from: int, to: int) -> Tensor:
  one = torch.unsqueeze(torch.eye(from, dtype=6, device=y.device), 0)
  return torch.transpose(torch.upsample_linear1d(one, [to], False)[0], 0, 1)
