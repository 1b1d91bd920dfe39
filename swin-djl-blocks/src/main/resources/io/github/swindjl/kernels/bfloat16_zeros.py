# bfloat16 zeros of the shape of x, on its device.
def forward(self, x: Tensor) -> Tensor:
  return torch.zeros_like(x, dtype=15)
