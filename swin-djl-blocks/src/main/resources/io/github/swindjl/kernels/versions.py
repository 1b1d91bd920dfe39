# How often each array was changed in place; libtorch counts it.
def forward(self, arrays: List[Tensor]) -> Tensor:
  counts = annotate(List[int], [])
  for array in arrays:
    counts = torch.append(counts, array._version())
  return torch.tensor(counts)
