# Gradients g of all trained parameters, in place: out of the loss scale, and clipped by their global
# norm, which is returned.
#
# step counts the updates. Where the norm is not finite, it stays, overflow becomes 1, left_out counts
# (in all, in a row), and culprit becomes the largest place (of places, which number g) of a gradient
# that is not finite, or -1 if only the norm overflows. Nothing here waits for the device.
def forward(self, g: List[Tensor], places: Tensor, scale: Tensor, growth: Tensor, step: Tensor, overflow: Tensor, left_out: Tensor, culprit: Tensor) -> Tensor:
  norms = torch.stack(torch._foreach_norm(g))
  norm = torch.linalg_vector_norm(norms) / scale
  finite = torch.isfinite(norm)
  factor = torch.reciprocal(scale)
  if ${clips}:
    factor = factor * torch.clamp_max(torch.reciprocal(norm + 1e-6) * ${clip_norm}, 1.)
  torch._foreach_mul_(g, factor)
  torch.add_(step, finite)
  torch.copy_(overflow, torch.logical_not(finite))
  skipped = torch.to(overflow, 4)
  torch.add_(left_out, skipped)
  torch.mul_(torch.select(left_out, 0, 1), skipped)
  bad = torch.where(torch.isfinite(norms), torch.full_like(places, -1), places)
  torch.copy_(culprit, torch.where(finite, culprit, torch.max(bad)))
  if ${scales}:
    torch._amp_update_scale_(scale, growth, overflow, 2., 0.5, 2000)
  return norm
