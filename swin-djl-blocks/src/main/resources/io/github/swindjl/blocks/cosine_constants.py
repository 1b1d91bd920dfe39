# The bias of queries, keys (zero) and values (3 * d), and what their unit vectors are multiplied
# with: (2, 1, heads, 1, 1), for queries the logit scale and for keys 1. x only says whose manager
# owns the results.
def forward(self, x: Tensor, logit_scale: Tensor, q_bias: Tensor, v_bias: Tensor) -> Tuple[Tensor, Tensor]:
  scale = torch.exp(torch.clamp_max(torch.detach(logit_scale), 4.6051701859880918))
  gain = torch.reshape(torch.stack([scale, torch.ones_like(scale)]), [2, 1, -1, 1, 1])
  return (torch.cat([q_bias, torch.zeros_like(q_bias), v_bias]), gain)
