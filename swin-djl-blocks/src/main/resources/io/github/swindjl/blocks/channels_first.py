# (n, h, w, d) -> (n, d, h, w)
def forward(self, x: Tensor) -> Tensor:
  return torch.contiguous(torch.permute(x, [0, 3, 1, 2]))
