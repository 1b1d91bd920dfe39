# weight (out, in) in oneDNN's own layout and bias (out), both in ${precision}. x only says whose
# manager owns the results.
def forward(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tuple[Tensor, Tensor]:
  packed = ops.mkldnn._reorder_linear_weight(torch.to(torch.detach(weight), ${precision}), None)
  if ${has_bias}:
    added = torch.to(torch.detach(bias), ${precision})
  else:
    added = torch.zeros([weight.size(0)], dtype=${precision})
  return (packed, added)
