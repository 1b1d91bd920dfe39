# scale * x + y, with a helper
def forward(self, x: Tensor, y: Tensor) -> Tensor:
  batch, width = x.size()
  # a comment inside
  if ${enabled}:
    z = self.scaled(x) + y
  else:
    z = x
  return torch.to(torch.to(z, ${precision}), 6)
def scaled(self, x: Tensor) -> Tensor:
  return x * ${scale}
