/// Do a partner's cases take other routes than its mix leads to expect? Each route against the rest, both sides, with Bonferroni's
/// correction over the routes (statistics.md 3.8).
struct PathTest {
    /// Routes with less of the network's cases count as one.
    private static let leastShare = 0.02
    static let leastCases = 10.0

    struct Route {
        let name: String
        let peer: PeerTest
        /// By partner.
        let observed: [Double]
    }

    /// By share of the network, largest first.
    let routes: [Route]
    /// By partner: closed cases.
    let n: [Double]
    /// By partner; 1 where there are too few cases.
    let p: [Double]
    /// By partner: half the sum of the shrunk differences: what share of cases takes another route (total variation).
    let distance: [Double]

    init(_ cells: RouteCells, _ numbers: GroupNumbers) {
        let pooled = Pooled(cells)
        var routes: [Route] = []
        var n = [Double](repeating: 0, count: numbers.partners)
        for route in pooled.names.indices {
            let model = OutcomeModel(pooled.rows(of: route, cells), numbers)
            n = model.n
            let peer = PeerTest(model, customers: model.spread(.customer).ordinary, side: .either)
            routes.append(Route(name: pooled.names[route], peer: peer, observed: model.observed))
        }
        self.routes = routes
        self.n = n
        p = n.indices.map { partner in
            guard n[partner] >= Self.leastCases, routes.count > 1 else { return 1 }
            return min(1, Double(routes.count) * routes.reduce(1) { min($0, $1.peer.p[partner]) })
        }
        distance = n.indices.map { partner in
            0.5 * routes.reduce(0) { $0 + abs($1.peer.shrunkDifference(partner)) }
        }
    }

    /// Routes that are rare are one, "other".
    private struct Pooled {
        let names: [String]
        /// By route.
        private let number: [Int]

        init(_ cells: RouteCells) {
            var counts = [Int](repeating: 0, count: cells.routes.count)
            for (route, count) in zip(cells.route, cells.count) { counts[Int(route)] += Int(count) }
            let total = counts.reduce(0, +)
            let isRare = counts.map { Double($0) < PathTest.leastShare * Double(total) }
            let own = counts.indices.filter { !isRare[$0] }.sorted { (-counts[$0], $0) < (-counts[$1], $1) }
            var number = [Int](repeating: own.count, count: counts.count)
            for (place, route) in own.enumerated() { number[route] = place }
            self.number = number
            names = own.map { cells.routes[$0] } + (zip(isRare, counts).contains { $0 && $1 > 0 } ? ["other"] : [])
        }

        /// All cases, with those of one route as the outcome.
        func rows(of route: Int, _ cells: RouteCells) -> OutcomeRows {
            var rows = OutcomeRows()
            for (index, group) in cells.group.enumerated() {
                let count = Double(cells.count[index])
                if rows.group.last != group {
                    rows.group.append(group)
                    rows.n.append(0)
                    rows.y.append(0)
                }
                let last = rows.group.count - 1
                rows.n[last] += count
                if number[Int(cells.route[index])] == route { rows.y[last] += count }
            }
            return rows
        }
    }
}
