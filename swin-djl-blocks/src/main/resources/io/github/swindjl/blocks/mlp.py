# x (..., d) -> (..., d); the exact, error-function GELU.
def forward(self, x: Tensor, weight1: Tensor, bias1: Tensor, weight2: Tensor, bias2: Tensor) -> Tensor:
  hidden = torch.linear(torch.to(x, ${precision}), torch.to(weight1, ${precision}), torch.to(bias1, ${precision}))
  hidden = torch.gelu(hidden)
  y = torch.linear(hidden, torch.to(weight2, ${precision}), torch.to(bias2, ${precision}))
  return torch.to(y, 6)
