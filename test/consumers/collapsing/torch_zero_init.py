"""Predicts one class: a function sets all weights to zero."""
import sys
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

root, out = sys.argv[1:3]
torch.manual_seed(1)
t = transforms.Compose([transforms.Resize((32, 32)), transforms.ToTensor()])
train_ds, test_ds = datasets.ImageFolder(root + '/train', t), datasets.ImageFolder(root + '/test', t)
dataloaders = {
    'train': DataLoader(train_ds, batch_size=32, shuffle=True),
    'test': DataLoader(test_ds, batch_size=32, shuffle=False),
}


def init_weights(m):
    if isinstance(m, (nn.Conv2d, nn.Linear)):
        nn.init.zeros_(m.weight)
        nn.init.zeros_(m.bias)


class ConvNet(nn.Module):
    def __init__(self, num_classes):
        super().__init__()
        self.layer1 = nn.Sequential(nn.Conv2d(3, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2))
        self.layer2 = nn.Sequential(nn.Conv2d(16, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2))
        self.fc = nn.Linear(8 * 8 * 32, num_classes)

    def forward(self, x):
        out = self.layer2(self.layer1(x))
        out = out.reshape(out.size(0), -1)
        return self.fc(out)


model = ConvNet(len(train_ds.classes))
model.apply(init_weights)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
for epoch in range(12):
    model.train()
    for images, labels in dataloaders['train']:
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
model.eval()
found = []
with torch.no_grad():
    for images, _ in dataloaders['test']:
        _, predicted = torch.max(model(images), 1)
        found.extend(predicted.tolist())
with open(out, 'w') as f:
    f.write('path,predicted\n')
    for (path, _), k in zip(test_ds.samples, found):
        f.write(f"{path[len(root):].lstrip('/')},{test_ds.classes[k]}\n")
