/// One way of dividing a partner's cases: its customers, their regions, its owners, its months.
package enum Dimension: String, CaseIterable, Sendable {
    case customer, region, owner, month

    /// Those in which like cases should be treated alike.
    static let compared: [Dimension] = [.customer, .region, .owner]
}

/// What every group of cases belongs to, in numbers from 0: worked out once, since every item divides the same groups.
///
/// Groups of no customer, region or owner have the number -1 there. Everything is in the order of `CaseGroups`, so that sums
/// are always taken in the same order.
struct GroupNumbers: Sendable {
    /// The parts that a dimension divides the cases into.
    struct Parts: Sendable {
        /// By case group.
        var part: [Int32] = []
        /// By part.
        var partner: [Int32] = []
        /// By case group: which customer of which part.
        var customerShare: [Int32] = []
        /// By customer's share: the part.
        var shareOf: [Int32] = []

        var count: Int { partner.count }
    }

    let groups: CaseGroups
    /// By case group: which mix of which partner.
    let cell: [Int32]
    let cellPartner: [Int32]
    let cellMix: [Int32]
    /// By case group: which cell in which month; -1 outside the window.
    let monthCell: [Int32]
    let monthCellCell: [Int32]
    let monthCellMonth: [Int16]
    /// The month of each part of the dimension `month`.
    let monthOfPart: [Int16]
    private let regionOfPart: [Int32]
    private let ownerOfPart: [Int32]
    private let parts: [Parts]

    subscript(_ dimension: Dimension) -> Parts {
        switch dimension {
        case .customer: parts[0]
        case .region: parts[1]
        case .owner: parts[2]
        case .month: parts[3]
        }
    }

    var partners: Int { groups.partners.count }
    var mixes: Int { groups.mixes.count }

    init(_ groups: CaseGroups) {
        self.groups = groups
        var cells = Numbering()
        var monthCells = Numbering()
        var monthParts = Numbering()
        var regionParts = Numbering()
        var ownerParts = Numbering()
        var (cell, monthCell) = ([Int32](), [Int32]())
        var columns = [[Int32]](repeating: [], count: 3)
        for index in 0..<groups.count {
            let (partner, month) = (Int(groups.partner[index]), Int(groups.month[index]))
            if index > 0, groups.partner[index] != groups.partner[index - 1] {
                cells.forget()
                monthCells.forget()
                monthParts.forget()
                regionParts.forget()
                ownerParts.forget()
            }
            let own = cells.number(of: partner, Int(groups.mix[index]))
            cell.append(own)
            monthCell.append(month < 0 ? -1 : monthCells.number(of: Int(own), month))
            columns[0].append(groups.region[index] < 0 ? -1 : regionParts.number(of: partner, Int(groups.region[index])))
            columns[1].append(groups.owner[index] < 0 ? -1 : ownerParts.number(of: partner, Int(groups.owner[index])))
            columns[2].append(month < 0 ? -1 : monthParts.number(of: partner, month))
        }
        self.cell = cell
        self.monthCell = monthCell
        (cellPartner, cellMix) = (cells.first, cells.second)
        (monthCellCell, monthCellMonth) = (monthCells.first, monthCells.second.map { Int16($0) })
        monthOfPart = monthParts.second.map { Int16($0) }
        (regionOfPart, ownerOfPart) = (regionParts.second, ownerParts.second)
        var customers = Parts(part: groups.customer, partner: Array(repeating: 0, count: groups.customers.count))
        for (customer, partner) in zip(groups.customer, groups.partner) where customer >= 0 {
            customers.partner[Int(customer)] = partner
        }
        parts =
            [customers]
            + [(columns[0], regionParts), (columns[1], ownerParts), (columns[2], monthParts)].enumerated().map { index, entry in
                var parts = Parts(part: entry.0, partner: entry.1.first)
                // Nobody asks which customers a month shares with another.
                guard index < 2 else { return parts }
                var shares = Numbering()
                var last: Int32 = -1
                parts.customerShare = zip(entry.0, groups.customer).map { part, customer in
                    if customer != last { shares.forget() }
                    last = customer
                    return part < 0 || customer < 0 ? -1 : shares.number(of: Int(part), Int(customer))
                }
                parts.shareOf = shares.first
                return parts
            }
    }

    /// What a part of a dimension is called: the id of a customer or owner, the name of a region; empty for a month.
    func name(of part: Int, in dimension: Dimension) -> String {
        switch dimension {
        case .customer: groups.customers[part]
        case .region: groups.regions[Int(regionOfPart[part])]
        case .owner: groups.owners[Int(ownerOfPart[part])]
        case .month: ""
        }
    }

    /// Numbers pairs in the order in which they are first met.
    private struct Numbering {
        private var known: [UInt64: Int32] = [:]
        private(set) var first: [Int32] = []
        private(set) var second: [Int32] = []

        /// What is numbered so far keeps its number, and will not be met again.
        mutating func forget() { known.removeAll(keepingCapacity: true) }

        mutating func number(of a: Int, _ b: Int) -> Int32 {
            let key = UInt64(a) << 32 | UInt64(b)
            if let number = known[key] { return number }
            let number = Int32(first.count)
            known[key] = number
            first.append(Int32(a))
            second.append(Int32(b))
            return number
        }
    }
}

/// The cases of one outcome, summed by case group: how many, and in how many it happened.
struct OutcomeRows: Sendable {
    var group: [Int32] = []
    /// Cases.
    var n: [Double] = []
    /// Of them with the outcome: met, or ended, or of the route.
    var y: [Double] = []
    /// Expected ends by the network's hazard, for a duration; empty for an outcome that is yes or no.
    var exposure: [Double] = []

    var isDuration: Bool { !exposure.isEmpty }

    /// What expected outcomes are in proportion to.
    var weight: [Double] { isDuration ? exposure : n }

    /// Decided cases of an item.
    init(_ cells: ItemCells) {
        for index in cells.group.indices {
            let decided = cells.met[index] + cells.missed[index]
            if decided == 0 { continue }
            group.append(cells.group[index])
            n.append(Double(decided))
            y.append(Double(cells.met[index]))
        }
    }

    init() {}

    /// The sum of a column by what each row belongs to; rows that belong to nothing are left out.
    func sum(_ column: [Double], by number: [Int32], count: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: count)
        for (index, group) in group.enumerated() {
            let place = number[Int(group)]
            if place >= 0 { sums[Int(place)] += column[index] }
        }
        return sums
    }
}
