"""Learns nothing: the schedule is stepped for each batch, so that the rate is gone at once."""
import sys
import torch
from torch import nn
from torch.optim.lr_scheduler import StepLR
from torch.utils.data import DataLoader
from torchvision import datasets, transforms


def get_loaders(root, batch_size=32):
    t = transforms.Compose([transforms.Resize((32, 32)), transforms.ToTensor()])
    train = datasets.ImageFolder(root + '/train', t)
    test = datasets.ImageFolder(root + '/test', t)
    return DataLoader(train, batch_size=batch_size, shuffle=True), DataLoader(test, batch_size=batch_size)


def build(n):
    return nn.Sequential(
        nn.Conv2d(3, 16, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(32 * 6 * 6, n))


def main(root, out, epochs=15):
    torch.manual_seed(1)
    train_loader, test_loader = get_loaders(root)
    model = build(len(train_loader.dataset.classes))
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    scheduler = StepLR(optimizer, step_size=2, gamma=0.1)
    for epoch in range(epochs):
        model.train()
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = loss_fn(model(x), y)
            loss.backward()
            optimizer.step()
            scheduler.step()
    model.eval()
    rows = []
    with torch.no_grad():
        for x, _ in test_loader:
            rows += model(x).argmax(1).tolist()
    data = test_loader.dataset
    with open(out, 'w') as f:
        f.write('path,predicted\n')
        for (path, _), k in zip(data.samples, rows):
            f.write(f"{path[len(root):].lstrip('/')},{data.classes[k]}\n")


if __name__ == '__main__':
    main(*sys.argv[1:3])
