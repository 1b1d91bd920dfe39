# patches (n, rows, columns, d), token (1, 1, d), mask (n, rows, columns) of 0 and 1: the token where it is 1.
def forward(self, patches: Tensor, token: Tensor, mask: Tensor) -> Tensor:
  hidden = torch.unsqueeze(mask, 3)
  return patches * (1. - hidden) + token * hidden
