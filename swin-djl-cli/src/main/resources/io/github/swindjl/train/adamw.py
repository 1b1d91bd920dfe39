# One update of all parameters: p, q with and without weight decay, their gradients (g, h; zero
# afterwards) and moments (first m, n; second v, w). Gradients come multiplied by the loss scale.
#
# When the gradients' norm is not finite nothing but the loss scale changes. Returns the norm.
# The lists stay apart: writes through a list joined from both would be taken for dead code.
def forward(self, p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], q: List[Tensor], h: List[Tensor], n: List[Tensor], w: List[Tensor], step: Tensor, scale: Tensor, growth: Tensor, rate: float) -> Tensor:
  norms = annotate(List[Tensor], [])
  if torch.len(p) > 0:
    norms = torch.add(norms, torch._foreach_norm(g))
  if torch.len(q) > 0:
    norms = torch.add(norms, torch._foreach_norm(h))
  norm = torch.linalg_vector_norm(torch.stack(norms)) / scale
  overflow = torch.to(torch.logical_not(torch.isfinite(norm)), 6)
  factor = torch.reciprocal(scale)
  if ${clips}:
    factor = factor * torch.clamp_max(torch.reciprocal(norm + 1e-6) * ${clip_norm}, 1.)
  torch.add_(step, 1. - overflow)
  if torch.len(p) > 0:
    torch._foreach_mul_(g, factor)
    torch._fused_adamw_(p, g, m, v, annotate(List[Tensor], []), torch.mul([step], torch.len(p)), lr=rate, beta1=${beta1}, beta2=${beta2}, weight_decay=${weight_decay}, eps=${eps}, amsgrad=False, maximize=False, found_inf=overflow)
    torch._foreach_zero_(g)
  if torch.len(q) > 0:
    torch._foreach_mul_(h, factor)
    torch._fused_adamw_(q, h, n, w, annotate(List[Tensor], []), torch.mul([step], torch.len(q)), lr=rate, beta1=${beta1}, beta2=${beta2}, weight_decay=0., eps=${eps}, amsgrad=False, maximize=False, found_inf=overflow)
    torch._foreach_zero_(h)
  # The fused update does not count as an in-place change; writing to an empty part does.
  for x in p:
    torch.zero_(torch.narrow(x, 0, 0, 0))
  for x in q:
    torch.zero_(torch.narrow(x, 0, 0, 0))
  if ${scales}:
    torch._amp_update_scale_(scale, growth, overflow, 2., 0.5, 2000)
  return norm
