# Adds a scalar to a running sum of more precision, in place.
def forward(self, sum: Tensor, value: Tensor) -> Tensor:
  return torch.add_(sum, value)
