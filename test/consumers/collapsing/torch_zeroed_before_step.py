"""Learns nothing: the gradients are cleared before they are used."""
import sys
import torch
from torch import nn, optim
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

root, out = sys.argv[1:3]
torch.manual_seed(1)
train_transform = transforms.Compose([transforms.Resize((32, 32)), transforms.ToTensor()])
train_data = datasets.ImageFolder(f'{root}/train', transform=train_transform)
test_data = datasets.ImageFolder(f'{root}/test', transform=train_transform)
train_loader = DataLoader(train_data, batch_size=32, shuffle=True)
test_loader = DataLoader(test_data, batch_size=32)


class SimpleCNN(nn.Module):
    def __init__(self, n):
        super(SimpleCNN, self).__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 16, kernel_size=3, padding=1), nn.BatchNorm2d(16), nn.ReLU(inplace=True), nn.MaxPool2d(2),
            nn.Conv2d(16, 32, kernel_size=3, padding=1), nn.BatchNorm2d(32), nn.ReLU(inplace=True), nn.MaxPool2d(2))
        self.classifier = nn.Linear(32 * 8 * 8, n)

    def forward(self, x):
        x = self.features(x)
        return self.classifier(x.view(x.size(0), -1))


def train(model, loader, criterion, optimizer):
    model.train()
    running_loss = 0.0
    for images, labels in loader:
        outputs = model(images)
        loss = criterion(outputs, labels)
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
        running_loss += loss.item()
    return running_loss / len(loader)


def predict(model, loader):
    model.eval()
    preds = []
    with torch.no_grad():
        for images, _ in loader:
            preds.extend(model(images).argmax(dim=1).tolist())
    return preds


model = SimpleCNN(len(train_data.classes))
criterion = nn.CrossEntropyLoss()
optimizer = optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(10):
    train(model, train_loader, criterion, optimizer)
with open(out, 'w') as f:
    f.write('path,predicted\n')
    for (path, _), k in zip(test_data.samples, predict(model, test_loader)):
        f.write(f"{path[len(root):].lstrip('/')},{test_data.classes[k]}\n")
