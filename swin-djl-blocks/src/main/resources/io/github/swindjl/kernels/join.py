# The values of arrays of any number types, one after the other, float64.
def forward(self, arrays: List[Tensor]) -> Tensor:
  values = annotate(List[Tensor], [])
  for array in arrays:
    values = torch.append(values, torch.reshape(torch.to(array, 7), [-1]))
  return torch.cat(values)
