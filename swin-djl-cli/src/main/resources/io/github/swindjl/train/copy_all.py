# Copies each array of x to the one of to at its place, between any number types and devices. Where one
# of both lies in pinned memory, nothing waits for it.
def forward(self, to: List[Tensor], x: List[Tensor]) -> Tensor:
  torch._foreach_copy_(to, x, True)
  return to[0]
