# x (n, d, h, w) -> (n, d, rows of like, columns of like)
def forward(self, x: Tensor, like: Tensor) -> Tensor:
  return torch.upsample_bilinear2d(x, [like.size(2), like.size(3)], False)
