# x (..., in) -> (..., out), the weight in oneDNN's own layout.
def forward(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
  y = ops.mkldnn._linear_pointwise(torch.to(x, ${precision}), weight, bias, "none", [], "")
  return torch.to(y, 6)
