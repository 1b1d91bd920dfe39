# Adds a scalar to a running sum of more precision and counts it, in place; one that is not finite is
# left out.
def forward(self, sum: Tensor, count: Tensor, value: Tensor) -> Tensor:
  torch.add_(count, torch.isfinite(value))
  return torch.add_(sum, torch.nan_to_num(value, 0., 0., 0.))
