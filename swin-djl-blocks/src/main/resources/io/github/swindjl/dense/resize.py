# x (n, d, h, w), size (2) -> (n, d, size[0], size[1])
def forward(self, x: Tensor, size: Tensor) -> Tensor:
  return torch.upsample_bilinear2d(x, [int(size[0]), int(size[1])], False)
