# One update of a group of parameters p from their gradients g (zero afterwards), with momentum
# buffers b, none without momentum. Where overflow is 1 only the gradients change.
def forward(self, p: List[Tensor], g: List[Tensor], b: List[Tensor], overflow: Tensor, rate: float, weight_decay: float) -> Tensor:
  torch._fused_sgd_(p, g, b, weight_decay=weight_decay, momentum=${momentum}, lr=rate, dampening=0., nesterov=${nesterov}, maximize=False, is_first_step=False, found_inf=overflow)
  torch._foreach_zero_(g)
  # The fused update does not count as an in-place change; writing to an empty part does.
  for x in p:
    torch.zero_(torch.narrow(x, 0, 0, 0))
  return overflow
