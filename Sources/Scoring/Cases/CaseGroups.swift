/// Where cases stand among comparable ones: whose, for whom, by whom, when, and of what mix. Cases of one group cannot be told
/// apart by any statistic, so they are counted together.
///
/// One column a property, one row a group. Groups are sorted by partner, customer, mix, region, owner and month; names are
/// numbered in the order of their bytes, so that the same cases in any order give the same numbers.
package struct CaseGroups: Sendable {
    /// The ids of partners, by their number.
    package var partners: [String] = []
    /// The ids of customers, by their number: by partner, then id. A customer belongs to one partner: the same id at two
    /// partners is two customers.
    package var customers: [String] = []
    /// The ids of owners, by their number, each of one partner: by partner, then id.
    package var owners: [String] = []
    /// The regions of customers, by their number.
    package var regions: [String] = []
    /// The fields of the mix, as `case_mix` names them.
    package var mixFields: [String] = []
    /// By the number of a mix: the value of each field; "unknown" where there is none.
    package var mixes: [[String]] = []

    package var partner: [Int32] = []
    /// -1 where the record names none: such a record correlates with no other.
    package var customer: [Int32] = []
    /// -1 for none.
    package var region: [Int32] = []
    /// -1 for none.
    package var owner: [Int32] = []
    package var mix: [Int32] = []
    /// The month of the window in which the record was opened, 0 the first; -1 outside the window.
    package var month: [Int16] = []

    package init() {}

    package var count: Int { partner.count }
}

/// The cases of one item, counted by group; groups without any are left out.
package struct ItemCells: Sendable {
    /// Numbers of groups, ascending.
    package var group: [Int32] = []
    package var met: [Int32] = []
    package var missed: [Int32] = []
    /// Not observable: applicable, and not shown.
    package var unobserved: [Int32] = []

    package init() {}

    package mutating func append(group: Int32, met: Int32, missed: Int32, unobserved: Int32) {
        self.group.append(group)
        self.met.append(met)
        self.missed.append(missed)
        self.unobserved.append(unobserved)
    }
}

/// The cases of one duration, one row a record that the measure applies to: by group, then time, then the ended first.
package struct DurationCells: Sendable {
    package var group: [Int32] = []
    /// From the measure's beginning to its end, or to the record's closing or the audit's instant where it has none; not
    /// negative.
    package var seconds: [Double] = []
    package var isEnded: [Bool] = []

    package init() {}
}

/// The cases of one route measure, counted by group and route; closed records only.
package struct RouteCells: Sendable {
    /// The names of routes by their number, in the order of their bytes.
    package var routes: [String] = []
    /// By group, then route.
    package var group: [Int32] = []
    package var route: [Int32] = []
    package var count: [Int32] = []

    package init() {}
}

/// Records of each item that are examples of what is counted, by group: the first three missed and the first three not
/// observable ones, by the bytes of their ids.
package struct ItemExamples: Sendable {
    package struct Group: Hashable, Sendable {
        package let group: Int32
        package var missed: [String] = []
        package var unobserved: [String] = []
    }

    /// Examples kept of one kind.
    package static let most = 3

    /// By group; groups without any are left out.
    package var groups: [Group] = []

    package init() {}
}

/// What a measure leaves out, by the number of the partner.
package struct MeasureGaps: Hashable, Sendable {
    /// Records of which what the measure needs was not told, or could not be read.
    package var unobserved: [Int]
    /// Records whose end lies before their beginning.
    package var skewed: [Int]

    package init(partners: Int) {
        unobserved = Array(repeating: 0, count: partners)
        skewed = unobserved
    }
}
