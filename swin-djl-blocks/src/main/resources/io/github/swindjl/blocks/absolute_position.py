# embedding (1, rows * columns of the grid the network was built for, d), resized if the map's
# grid is another: bicubic with a = -0.75, without antialiasing.
def forward(self, x: Tensor, embedding: Tensor) -> Tensor:
  n, height, width, channels = x.size()
  e = torch.reshape(embedding, [1, ${height}, ${width}, channels])
  if height != ${height} or width != ${width}:
    if ${deterministic}:
      down = self.weights(e, ${height}, height)
      across = self.weights(e, ${width}, width)
      e = torch.matmul(down, torch.reshape(e, [${height}, ${width} * channels]))
      e = torch.matmul(across, torch.reshape(e, [height, ${width}, channels]))
    else:
      e = torch.upsample_bicubic2d(torch.permute(e, [0, 3, 1, 2]), [height, width], False)
      e = torch.permute(e, [0, 2, 3, 1])
  return x + e

# What each of some places gives to each of others along an axis, (to, from), like e's device.
def weights(self, e: Tensor, from: int, to: int) -> Tensor:
  one = torch.reshape(torch.eye(from, dtype=6, device=e.device), [1, from, from, 1])
  return torch.transpose(torch.reshape(torch.upsample_bicubic2d(one, [to, 1], False), [from, to]), 0, 1)
