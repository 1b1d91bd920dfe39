# 1 if a gradient can be carried on from x, otherwise 0: DJL tells it of leaves only.
def forward(self, x: Tensor) -> Tensor:
  if ops.prim.requires_grad(x):
    y = torch.ones([], dtype=6)
  else:
    y = torch.zeros([], dtype=6)
  return y
