import Checklists
import Language

extension CaseRecorder {
    /// All cases, sorted. Nothing may be added afterwards.
    package func finish() throws -> Cases {
        try close()
        let names = try PlaceNames(places)
        var groups = CaseGroups()
        (groups.mixFields, groups.regions, groups.mixes) = (mixFields, names.regions, names.mixes)
        let sorted = partners.sorted { $0.key.precedes($1.key) }
        groups.reserve(sorted.reduce(0) { $0 + $1.value.count })
        var stream = CaseStreamWriter(markBytes: markBytes, measures: measures, memoryLimit: memoryLimit)
        for (name, partner) in sorted {
            let customers = partner.customers.sorted()
            let owners = partner.owners.sorted()
            let column = try PartnerColumns(self, partner, names, customers: customers.places, owners: owners.places)
            try column.write(
                to: &stream, &groups, customers: Int32(groups.customers.count), owners: Int32(groups.owners.count))
            groups.partners.append(name)
            groups.customers += customers.names
            groups.owners += owners.names
        }
        return Cases(groups: groups, months: months, try stream.finish(partners: groups.partner))
    }
}

extension CaseGroups {
    /// Room for so many groups; memory that is not filled is never touched.
    fileprivate mutating func reserve(_ count: Int) {
        partner.reserveCapacity(count)
        customer.reserveCapacity(count)
        region.reserveCapacity(count)
        owner.reserveCapacity(count)
        mix.reserveCapacity(count)
        month.reserveCapacity(count)
    }
}

/// The regions and mixes of an audit in the order of their bytes, and which of them each place has.
struct PlaceNames {
    private(set) var regions: [String] = []
    private(set) var mixes: [[String]] = []
    /// By place; -1 for none.
    private(set) var region: [Int32] = []
    private(set) var mix: [Int32] = []

    init(_ places: NameArena) throws {
        let texts = try (0..<places.count).map { try CaseRow.texts(of: places[$0]) }
        let values = texts.map { $0.dropFirst().map { $0 ?? CaseMix.unknown } }
        regions = Self.distinct(texts.compactMap { $0.first ?? nil }) { $0.precedes($1) }
        mixes = Self.distinct(values, Self.precedes)
        region = texts.map { text in
            guard let name = text.first ?? nil else { return -1 }
            return Self.place(of: name, in: regions) { $0.precedes($1) }
        }
        mix = values.map { Self.place(of: $0, in: mixes, Self.precedes) }
    }

    private static func precedes(_ a: [String], _ b: [String]) -> Bool {
        for (a, b) in zip(a, b) where !a.hasBytes(of: b) { return a.precedes(b) }
        return false
    }

    private static func distinct<Name>(_ names: [Name], _ precedes: (Name, Name) -> Bool) -> [Name] {
        var distinct: [Name] = []
        for name in names.sorted(by: precedes) {
            if let last = distinct.last, !precedes(last, name) { continue }
            distinct.append(name)
        }
        return distinct
    }

    private static func place<Name>(of name: Name, in names: [Name], _ precedes: (Name, Name) -> Bool) -> Int32 {
        var low = 0
        var high = names.count
        while low < high {
            let middle = (low + high) / 2
            if precedes(names[middle], name) { low = middle + 1 } else { high = middle }
        }
        return Int32(truncatingIfNeeded: low)
    }
}

/// The records of one partner in columns, and their order.
private struct PartnerColumns {
    private var customer: [Int32] = []
    private var owner: [Int32] = []
    private var mix: [Int32] = []
    private var region: [Int32] = []
    private var month: [Int32] = []
    /// Where the marks and what follows them begin and end in `bytes`.
    private var start: [UInt32] = []
    private var bytes: [UInt8] = []
    private let markBytes: Int
    private let hasMeasures: Bool
    private var order: [Int32] = []
    private let number: Int32

    init(
        _ recorder: CaseRecorder, _ partner: CaseRecorder.PartnerCases, _ names: PlaceNames, customers: [Int32],
        owners: [Int32]
    ) throws {
        markBytes = recorder.markBytes
        hasMeasures = !recorder.measures.planned.isEmpty
        number = 0
        customer.reserveCapacity(partner.count)
        var buffer: [UInt8] = []
        for block in partner.blocks {
            try recorder.store.withBlock(block, &buffer) { block in
                var reader = RecordedReader(block, markBytes: markBytes, hasMeasures: hasMeasures)
                while let record = try reader.next() {
                    customer.append(record.customer < 0 ? -1 : customers[record.customer])
                    owner.append(record.owner < 0 ? -1 : owners[record.owner])
                    mix.append(names.mix[record.place])
                    region.append(names.region[record.place])
                    month.append(Int32(record.month))
                    start.append(UInt32(bytes.count))
                    bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: block[record.rest]))
                }
            }
        }
        start.append(UInt32(bytes.count))
        order = (0..<Int32(customer.count)).map { $0 }
        // From the last criterion to the first, each leaving equal ones in the order of those before.
        for column in [month, owner, region, mix, customer] { order = Self.sorted(order, by: column) }
    }

    /// Stable, by counting where there are few values.
    private static func sorted(_ order: [Int32], by column: [Int32]) -> [Int32] {
        guard let least = column.min(), let most = column.max(), least < most else { return order }
        let width = Int(most - least) + 1
        guard width <= max(1 << 12, 4 * order.count) else {
            return order.enumerated().sorted {
                (column[Int($0.element)], $0.offset) < (column[Int($1.element)], $1.offset)
            }.map(\.element)
        }
        var places = [Int32](repeating: 0, count: width + 1)
        for value in column { places[Int(value - least) + 1] += 1 }
        for place in 1...width { places[place] += places[place - 1] }
        var sorted = order
        for index in order {
            let value = Int(column[Int(index)] - least)
            sorted[Int(places[value])] = index
            places[value] += 1
        }
        return sorted
    }

    private func isSameGroup(_ a: Int, _ b: Int) -> Bool {
        customer[a] == customer[b] && mix[a] == mix[b] && region[a] == region[b] && owner[a] == owner[b] && month[a] == month[b]
    }

    /// Appends the partner's records, group by group. `customers` and `owners` is how many there are of partners before.
    func write(to stream: inout CaseStreamWriter, _ groups: inout CaseGroups, customers: Int32, owners: Int32) throws {
        let partner = Int32(groups.partners.count)
        try bytes.withUnsafeBytes { bytes in
            func rest(_ index: Int) -> UnsafeRawBufferPointer {
                UnsafeRawBufferPointer(rebasing: bytes[Int(start[index])..<Int(start[index + 1])])
            }
            var first = 0
            while first < order.count {
                let head = Int(order[first])
                var end = first + 1
                while end < order.count, isSameGroup(head, Int(order[end])) { end += 1 }
                if end == first + 1 {
                    try stream.append(rest(head), isFirst: true)
                } else {
                    var members = order[first..<end].map { Int($0) }
                    try sortByID(&members, rest)
                    for (place, member) in members.enumerated() { try stream.append(rest(member), isFirst: place == 0) }
                }
                groups.partner.append(partner)
                groups.customer.append(customer[head] < 0 ? -1 : customer[head] + customers)
                groups.region.append(region[head])
                groups.owner.append(owner[head] < 0 ? -1 : owner[head] + owners)
                groups.mix.append(mix[head])
                groups.month.append(Int16(truncatingIfNeeded: month[head]))
                first = end
            }
        }
    }

    /// Examples by their ids. They mostly came in that order.
    private func sortByID(_ members: inout [Int], _ rest: (Int) -> UnsafeRawBufferPointer) throws {
        func id(_ member: Int) throws -> UnsafeRawBufferPointer {
            let bytes = rest(member)
            let marks = UnsafeRawBufferPointer(rebasing: bytes[..<markBytes])
            guard CaseMark.hasExamples(marks) else { return UnsafeRawBufferPointer(start: nil, count: 0) }
            var reader = ByteReader(bytes: bytes, place: markBytes)
            return try reader.text()
        }
        try members.sort { a, b in
            let (a, b) = (try id(a), try id(b))
            return a.precedes(b)
        }
    }
}
