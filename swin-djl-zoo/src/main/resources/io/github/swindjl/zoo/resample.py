# maps (c, h, w), for each target row and column the two sources and what the second one weighs ->
# (c, rows, columns), float32.
def forward(self, maps: Tensor, top: Tensor, bottom: Tensor, down: Tensor, left: Tensor, right: Tensor, across: Tensor) -> Tensor:
  down = torch.unsqueeze(down, 1)
  x = torch.to(maps, 6)
  rows = torch.index_select(x, 1, top) * (1 - down) + torch.index_select(x, 1, bottom) * down
  return torch.index_select(rows, 2, left) * (1 - across) + torch.index_select(rows, 2, right) * across
