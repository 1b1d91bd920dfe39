# one (1, 1) holding 1 -> 1, if oneDNN's operators exist and know the type.
def forward(self, one: Tensor) -> Tensor:
  if ${precision} == 15:
    if not ops.mkldnn._is_mkldnn_bf16_supported():
      return one - 1.
  x = torch.to(one, ${precision})
  weight = ops.mkldnn._reorder_linear_weight(x, None)
  y = ops.mkldnn._linear_pointwise(x, weight, torch.zeros_like(torch.reshape(x, [1])), "none", [], "")
  return torch.to(y, 6)
