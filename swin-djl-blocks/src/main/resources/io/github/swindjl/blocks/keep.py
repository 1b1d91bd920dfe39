# Overwrites an array with another of the same shape.
def forward(self, target: Tensor, source: Tensor) -> Tensor:
  return torch.copy_(target, source)
