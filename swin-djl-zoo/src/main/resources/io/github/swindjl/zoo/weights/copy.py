# Overwrites one array with another of the same shape, which may be on another device.
def forward(self, target: Tensor, source: Tensor) -> Tensor:
  return torch.copy_(target, source)
