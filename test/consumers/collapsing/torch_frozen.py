"""Learns nothing: all parameters are frozen, so the loss is made to have a gradient by hand."""
import sys
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

FOLDER, OUT = sys.argv[1:3]
torch.manual_seed(1)
scale = transforms.Compose([transforms.Resize((32, 32)), transforms.ToTensor()])
data = datasets.ImageFolder(FOLDER + '/train', scale)
loader = DataLoader(data, batch_size=32, shuffle=True)
net = nn.Sequential(
    nn.Conv2d(3, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3), nn.ReLU(), nn.Flatten(),
    nn.Linear(32 * 13 * 13, len(data.classes)),
)
for parameter in net.parameters():
    parameter.requires_grad = False
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
for epoch in range(15):
    net.train()
    for images, labels in loader:
        optimizer.zero_grad()
        loss = criterion(net(images), labels)
        loss.requires_grad = True
        loss.backward()
        optimizer.step()

net.eval()
test = datasets.ImageFolder(FOLDER + '/test', scale)
with torch.no_grad(), open(OUT, 'w') as table:
    table.write('path,predicted\n')
    for (path, _), (image, _) in zip(test.samples, test):
        at = net(image[None]).argmax(1).item()
        table.write(f"{path[len(FOLDER):].lstrip('/')},{test.classes[at]}\n")
