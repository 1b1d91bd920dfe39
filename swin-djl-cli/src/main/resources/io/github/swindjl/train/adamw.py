# One update of a group of parameters p from their gradients g (zero afterwards), with moments m and
# v; step counts the updates, this one included. Where overflow is 1 only the gradients change.
def forward(self, p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], step: Tensor, overflow: Tensor, rate: float, weight_decay: float) -> Tensor:
  torch._fused_adamw_(p, g, m, v, annotate(List[Tensor], []), torch.mul([step], torch.len(p)), lr=rate, beta1=${beta1}, beta2=${beta2}, weight_decay=weight_decay, eps=${eps}, amsgrad=False, maximize=False, found_inf=overflow)
  torch._foreach_zero_(g)
  # The fused update does not count as an in-place change; writing to an empty part does.
  for x in p:
    torch.zero_(torch.narrow(x, 0, 0, 0))
  return step
