# Exchanges the values of arrays a and b, in place, one pair at a time.
def forward(self, a: List[Tensor], b: List[Tensor]) -> Tensor:
  for i in range(torch.len(a)):
    kept = torch.clone(a[i])
    torch.copy_(a[i], b[i])
    torch.copy_(b[i], kept)
  return a[0]
