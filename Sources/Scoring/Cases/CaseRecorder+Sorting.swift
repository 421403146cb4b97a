import Checklists
import Language

extension CaseRecorder {
    /// All cases, sorted. Nothing may be added afterwards.
    package func finish() throws -> Cases {
        try close()
        let names = try PlaceNames(places)
        var groups = CaseGroups()
        (groups.mixFields, groups.regions, groups.mixes) = (mixFields, names.regions, names.mixes)
        groups.reserve(partners.values.reduce(0) { $0 + $1.count })
        var stream = CaseStreamWriter(markBytes: markBytes, measures: measures, memoryLimit: memoryLimit)
        for name in partners.keys.sortedByBytes {
            guard let partner = take(name) else { continue }
            let customers = partner.customers.sorted()
            let owners = partner.owners.sorted()
            let columns = PartnerColumns(self, partner, names)
            try columns.fill(self, partner, customers: customers.places, owners: owners.places)
            try columns.write(
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
    /// By place: where its mix and region stand among all.
    private(set) var order: [Int32] = []

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
        order = Array(repeating: 0, count: mix.count)
        let sorted = mix.indices.sorted { (mix[$0], region[$0]) < (mix[$1], region[$1]) }
        var rank: Int32 = 0
        for (before, place) in zip([sorted.first ?? 0] + sorted, sorted) {
            // Two places may read the same.
            if mix[before] != mix[place] || region[before] != region[place] { rank += 1 }
            order[place] = rank
        }
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
private final class PartnerColumns {
    // Memory of their own: an array would ask whether it shares its memory at every append.
    private let customer: UnsafeMutableBufferPointer<Int>
    /// By mix and region, as the names order them, and the place that each record has.
    private let mix: UnsafeMutableBufferPointer<Int>
    private let place: UnsafeMutableBufferPointer<Int32>
    /// By owner and month, which make one number.
    private let owner: UnsafeMutableBufferPointer<Int>
    /// Where the marks and what follows them begin and end in `bytes`.
    private let start: UnsafeMutableBufferPointer<UInt32>
    @exclusivity(unchecked)
    private var bytes = OutputBytes(capacity: 4096)
    private let markBytes: Int
    private let names: PlaceNames
    /// One more than the months of the window.
    private let months: Int
    private var order: [Int32] = []

    init(_ recorder: CaseRecorder, _ partner: CaseRecorder.PartnerCases, _ names: PlaceNames) {
        markBytes = recorder.markBytes
        months = recorder.months + 1
        self.names = names
        customer = .allocate(capacity: partner.count)
        mix = .allocate(capacity: partner.count)
        place = .allocate(capacity: partner.count)
        owner = .allocate(capacity: partner.count)
        start = .allocate(capacity: partner.count + 1)
    }

    deinit {
        customer.deallocate()
        mix.deallocate()
        place.deallocate()
        owner.deallocate()
        start.deallocate()
    }

    /// Reads what a recorder keeps of the partner.
    func fill(
        _ recorder: CaseRecorder, _ partner: CaseRecorder.PartnerCases, customers: [Int32], owners: [Int32]
    ) throws {
        let hasMeasures = !recorder.measures.planned.isEmpty
        let buffer = BlockBuffer()
        var index = 0
        for number in partner.blocks {
            let block = try recorder.store.read(number, into: buffer)
            var reader = RecordedReader(block, markBytes: markBytes, hasMeasures: hasMeasures)
            while index < partner.count, let record = try reader.next() {
                customer[index] = record.customer < 0 ? -1 : Int(customers[record.customer])
                mix[index] = Int(names.order[record.place])
                place[index] = Int32(truncatingIfNeeded: record.place)
                owner[index] = (record.owner < 0 ? 0 : Int(owners[record.owner]) + 1) * months + record.month + 1
                start[index] = UInt32(truncatingIfNeeded: bytes.count)
                bytes.append(UnsafeRawBufferPointer(rebasing: block[record.rest]))
                index += 1
            }
        }
        start[index] = UInt32(truncatingIfNeeded: bytes.count)
        order = (0..<Int32(truncatingIfNeeded: index)).map { $0 }
        // From the last criterion to the first, each leaving equal ones in the order of those before.
        for column in [owner, mix, customer] { order = Self.sorted(order, by: column) }
    }

    /// Stable, by counting where there are few values.
    private static func sorted(_ order: [Int32], by column: UnsafeMutableBufferPointer<Int>) -> [Int32] {
        guard let least = column.min(), let most = column.max(), least < most else { return order }
        let width = most - least + 1
        guard width <= max(1 << 12, 4 * order.count) else {
            return order.enumerated().sorted {
                (column[Int($0.element)], $0.offset) < (column[Int($1.element)], $1.offset)
            }.map(\.element)
        }
        return withUnsafeTemporaryAllocation(of: Int32.self, capacity: width + 1) { places in
            places.initialize(repeating: 0)
            for value in column { places[value - least + 1] += 1 }
            for place in 1...width { places[place] += places[place - 1] }
            return [Int32](unsafeUninitializedCapacity: order.count) { sorted, count in
                for index in order {
                    let value = column[Int(index)] - least
                    sorted[Int(places[value])] = index
                    places[value] += 1
                }
                count = order.count
            }
        }
    }

    private func isSameGroup(_ a: Int, _ b: Int) -> Bool {
        customer[a] == customer[b] && mix[a] == mix[b] && owner[a] == owner[b]
    }

    /// The marks of a record, and what follows them.
    private func rest(_ index: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes.bytes[Int(start[index])..<Int(start[index + 1])])
    }

    /// Appends the partner's records, group by group. `customers` and `owners` is how many there are of partners before.
    func write(to stream: inout CaseStreamWriter, _ groups: inout CaseGroups, customers: Int32, owners: Int32) throws {
        let partner = Int32(groups.partners.count)
        var first = 0
        while first < order.count {
            let head = Int(order[first])
            var end = first + 1
            while end < order.count, isSameGroup(head, Int(order[end])) { end += 1 }
            if end == first + 1 {
                try stream.append(rest(head), isFirst: true)
            } else {
                var members = order[first..<end].map { Int($0) }
                try sortByID(&members)
                for (place, member) in members.enumerated() { try stream.append(rest(member), isFirst: place == 0) }
            }
            let (own, month) = owner[head].quotientAndRemainder(dividingBy: months)
            groups.partner.append(partner)
            groups.customer.append(customer[head] < 0 ? -1 : Int32(truncatingIfNeeded: customer[head]) + customers)
            groups.region.append(names.region[Int(place[head])])
            groups.owner.append(own == 0 ? -1 : Int32(truncatingIfNeeded: own) - 1 + owners)
            groups.mix.append(names.mix[Int(place[head])])
            groups.month.append(Int16(truncatingIfNeeded: month - 1))
            first = end
        }
    }

    /// Examples by their ids. They mostly came in that order.
    private func sortByID(_ members: inout [Int]) throws {
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
