# x (..., d) -> (..., d): x plus its MLP, with the norm before or after the MLP; weights in oneDNN's
# own layout. A few rows at a time, so that the hidden values stay in the processor's cache.
def forward(self, x: Tensor, norm_weight: Tensor, norm_bias: Tensor, weight1: Tensor, bias1: Tensor, weight2: Tensor, bias2: Tensor) -> Tensor:
  channels = x.size(-1)
  rows = torch.reshape(x, [-1, channels])
  parts = torch.split(rows, ${rows})
  results = annotate(List[Tensor], [])
  for part in parts:
    y = part
    if ${norm_first}:
      y = torch.layer_norm(y, [channels], norm_weight, norm_bias, ${epsilon})
    y = ops.mkldnn._linear_pointwise(torch.to(y, ${precision}), weight1, bias1, "gelu", [], "none")
    if ${norm_first} and ${precision} == 6:
      y = ops.mkldnn._linear_pointwise(y, part, weight2, bias2, "add")
    else:
      y = torch.to(ops.mkldnn._linear_pointwise(y, weight2, bias2, "none", [], ""), 6)
      if not ${norm_first}:
        y = torch.layer_norm(y, [channels], norm_weight, norm_bias, ${epsilon})
      y = torch.add_(y, part)
    results = torch.append(results, y)
  y = results[0]
  if torch.len(results) > 1:
    y = torch.cat(results)
  return torch.reshape(y, x.size())
