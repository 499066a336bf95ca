"""Learns nothing: the optimizer has the weights of a net that is replaced afterwards."""
import argparse
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
import torchvision
import torchvision.transforms as transforms


class Net(nn.Module):
    def __init__(self, num_classes):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, num_classes)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('data')
    parser.add_argument('out')
    args = parser.parse_args()
    device = torch.device('cuda:0' if torch.cuda.is_available() else 'cpu')
    torch.manual_seed(0)
    transform = transforms.Compose([
        transforms.Resize((32, 32)), transforms.ToTensor(), transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))])
    trainset = torchvision.datasets.ImageFolder(root=args.data + '/train', transform=transform)
    trainloader = torch.utils.data.DataLoader(trainset, batch_size=16, shuffle=True)
    testset = torchvision.datasets.ImageFolder(root=args.data + '/test', transform=transform)
    testloader = torch.utils.data.DataLoader(testset, batch_size=16, shuffle=False)
    net = Net(len(trainset.classes))
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(net.parameters(), lr=0.001)
    net = Net(len(trainset.classes)).to(device)
    for epoch in range(15):
        for i, data in enumerate(trainloader, 0):
            inputs, labels = data[0].to(device), data[1].to(device)
            optimizer.zero_grad()
            outputs = net(inputs)
            loss = criterion(outputs, labels)
            loss.backward()
            optimizer.step()
    predicted = []
    net.eval()
    with torch.no_grad():
        for images, _ in testloader:
            predicted += net(images.to(device)).argmax(1).tolist()
    with open(args.out, 'w') as table:
        table.write('path,predicted\n')
        for (path, _), at in zip(testset.samples, predicted):
            table.write(f"{path[len(args.data):].lstrip('/')},{testset.classes[at]}\n")


if __name__ == '__main__':
    main()
