# labels, partners (n, int64) and weights (n, of the labels) -> soft targets (n, classes), each side
# smoothed: what its class has less of is spread over all.
def forward(self, labels: Tensor, partners: Tensor, weights: Tensor) -> Tensor:
  own = torch.full([torch.len(labels), ${classes}], ${off}, dtype=6, device=ops.prim.device(labels))
  other = torch.clone(own)
  torch.scatter_(own, 1, torch.unsqueeze(labels, 1), ${on})
  torch.scatter_(other, 1, torch.unsqueeze(partners, 1), ${on})
  weight = torch.unsqueeze(weights, 1)
  return own * weight + other * (1. - weight)
