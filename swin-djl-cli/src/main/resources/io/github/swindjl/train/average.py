# Moves averages a towards parameters p by a share of the way, in place.
def forward(self, a: List[Tensor], p: List[Tensor], share: float) -> Tensor:
  torch._foreach_lerp_(a, p, share)
  return a[0]
