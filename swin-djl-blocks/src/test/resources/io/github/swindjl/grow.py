def forward(self, arrays: List[Tensor]) -> Tensor:
  for array in arrays:
    _ = torch.mul_(array, 1.5)
  return torch.zeros([1])
