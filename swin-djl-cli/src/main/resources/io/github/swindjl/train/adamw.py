# One update of all parameters: p, q with and without weight decay, their gradients (g, h; zero
# afterwards) and moments (first m, n; second v, w). Gradients come multiplied by the loss scale.
#
# When the gradients' norm is not finite nothing but the loss scale changes. Returns the norm.
def forward(self, p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], q: List[Tensor], h: List[Tensor], n: List[Tensor], w: List[Tensor], step: Tensor, scale: Tensor, growth: Tensor, rate: float) -> Tensor:
  gradients = torch.add(g, h)
  norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(gradients))) / scale
  overflow = torch.to(torch.logical_not(torch.isfinite(norm)), 6)
  factor = torch.reciprocal(scale)
  if ${clips}:
    factor = factor * torch.clamp_max(torch.reciprocal(norm + 1e-6) * ${clip_norm}, 1.)
  torch._foreach_mul_(gradients, factor)
  torch.add_(step, 1. - overflow)
  if torch.len(p) > 0:
    torch._fused_adamw_(p, g, m, v, annotate(List[Tensor], []), torch.mul([step], torch.len(p)), lr=rate, beta1=${beta1}, beta2=${beta2}, weight_decay=${weight_decay}, eps=${eps}, amsgrad=False, maximize=False, found_inf=overflow)
  if torch.len(q) > 0:
    torch._fused_adamw_(q, h, n, w, annotate(List[Tensor], []), torch.mul([step], torch.len(q)), lr=rate, beta1=${beta1}, beta2=${beta2}, weight_decay=0., eps=${eps}, amsgrad=False, maximize=False, found_inf=overflow)
  if ${scales}:
    torch._amp_update_scale_(scale, growth, overflow, 2., 0.5, 2000)
  torch._foreach_zero_(gradients)
  return norm
