# x (..., in) -> (..., out)
def forward(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
  if ${has_bias}:
    y = torch.linear(torch.to(x, ${precision}), torch.to(weight, ${precision}), torch.to(bias, ${precision}))
  else:
    y = torch.linear(torch.to(x, ${precision}), torch.to(weight, ${precision}))
  return torch.to(y, 6)
