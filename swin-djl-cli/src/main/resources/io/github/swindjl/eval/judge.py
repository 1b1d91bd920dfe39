# logits (n, outputs), right (n, any): the indices of each sample's right classes, chosen: the outputs
# that are looked at -> (n, 6 + 3 * ${top}), float64: the right class with the largest logit, the class
# predicted, its probability, the rank of the right class, the loss, the first class whose logit is not
# finite (or the number of classes); then index, logit and probability of the first classes. Of equal
# logits the lowest index comes first.
def forward(self, logits: Tensor, right: Tensor, chosen: Tensor) -> Tensor:
  if ${subset}:
    logits = torch.index_select(logits, 1, chosen)
  x = torch.to(logits, 7)
  classes = x.size(1)
  places = torch.unsqueeze(torch.arange(classes, dtype=4, device=x.device), 0)
  largest = torch.amax(x, [1], True)
  predicted = torch.amin(torch.where(torch.eq(x, largest), places, classes), [1], True)
  named = torch.gather(x, 1, right)
  own = torch.amax(named, [1], True)
  label = torch.amin(torch.where(torch.eq(named, own), right, classes), [1], True)

  before = torch.logical_and(torch.eq(x, own), torch.lt(places, label))
  rank = torch.sum(torch.logical_or(torch.gt(x, own), before), [1], True)
  others = torch.exp(x - largest)
  others = torch.sum(torch.masked_fill(others, torch.eq(places, predicted), 0.), [1], True)
  # log1p keeps the loss of a very sure prediction, which log(1 + x) would round to zero.
  loss = torch.log1p(others) + (largest - own)
  damaged = torch.amin(torch.where(torch.isfinite(x), classes, places), [1], True)

  columns = [torch.to(label, 7), torch.to(predicted, 7), torch.reciprocal(others + 1.), torch.to(rank, 7), loss, torch.to(damaged, 7)]
  left = x
  for i in range(${top}):
    most = torch.amax(left, [1], True)
    place = torch.amin(torch.where(torch.eq(left, most), places, classes), [1], True)
    columns = torch.append(columns, torch.to(place, 7))
    columns = torch.append(columns, most)
    columns = torch.append(columns, torch.exp(most - largest) / (others + 1.))
    left = torch.masked_fill(left, torch.eq(places, place), -inf)
  return torch.cat(columns, 1)
