# (n, h, w, d) -> (n, d)
def forward(self, x: Tensor) -> Tensor:
  return torch.mean(x, [1, 2])
