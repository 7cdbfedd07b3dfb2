//! Two hundred nodes in one flow, each named after its number: nothing grows faster than the flow.
use flow_runtime::{Runner, flow, task};

#[task]
fn first() -> u32 {
    1
}

#[task]
fn next(n: u32) -> u32 {
    n + 1
}

#[task]
fn sum(a: &u32, b: &u32) -> u32 {
    (a + b) % 1000
}

flow! {
    fn counting() -> u32 {
        n0 = first();
        n1 = next(n0);
        n2 = next(n1);
        n3 = next(n2);
        n4 = next(n3);
        n5 = next(n4);
        n6 = next(n5);
        n7 = next(*n6 + 1);
        n8 = next(n7);
        n9 = next(n8);
        n10 = sum(n9, n0);
        n11 = next(n10);
        n12 = next(n11);
        n13 = next(n12);
        n14 = next(*n13 + 1);
        n15 = next(n14);
        n16 = next(n15);
        n17 = next(n16);
        n18 = next(n17);
        n19 = next(n18);
        n20 = sum(n19, n10);
        n21 = next(*n20 + 1);
        n22 = next(n21);
        n23 = next(n22);
        n24 = next(n23);
        n25 = next(n24);
        n26 = next(n25);
        n27 = next(n26);
        n28 = next(*n27 + 1);
        n29 = next(n28);
        n30 = sum(n29, n20);
        n31 = next(n30);
        n32 = next(n31);
        n33 = next(n32);
        n34 = next(n33);
        n35 = next(*n34 + 1);
        n36 = next(n35);
        n37 = next(n36);
        n38 = next(n37);
        n39 = next(n38);
        n40 = sum(n39, n30);
        n41 = next(n40);
        n42 = next(*n41 + 1);
        n43 = next(n42);
        n44 = next(n43);
        n45 = next(n44);
        n46 = next(n45);
        n47 = next(n46);
        n48 = next(n47);
        n49 = next(*n48 + 1);
        n50 = sum(n49, n40);
        n51 = next(n50);
        n52 = next(n51);
        n53 = next(n52);
        n54 = next(n53);
        n55 = next(n54);
        n56 = next(*n55 + 1);
        n57 = next(n56);
        n58 = next(n57);
        n59 = next(n58);
        n60 = sum(n59, n50);
        n61 = next(n60);
        n62 = next(n61);
        n63 = next(*n62 + 1);
        n64 = next(n63);
        n65 = next(n64);
        n66 = next(n65);
        n67 = next(n66);
        n68 = next(n67);
        n69 = next(n68);
        n70 = sum(n69, n60);
        n71 = next(n70);
        n72 = next(n71);
        n73 = next(n72);
        n74 = next(n73);
        n75 = next(n74);
        n76 = next(n75);
        n77 = next(*n76 + 1);
        n78 = next(n77);
        n79 = next(n78);
        n80 = sum(n79, n70);
        n81 = next(n80);
        n82 = next(n81);
        n83 = next(n82);
        n84 = next(*n83 + 1);
        n85 = next(n84);
        n86 = next(n85);
        n87 = next(n86);
        n88 = next(n87);
        n89 = next(n88);
        n90 = sum(n89, n80);
        n91 = next(*n90 + 1);
        n92 = next(n91);
        n93 = next(n92);
        n94 = next(n93);
        n95 = next(n94);
        n96 = next(n95);
        n97 = next(n96);
        n98 = next(*n97 + 1);
        n99 = next(n98);
        n100 = sum(n99, n90);
        n101 = next(n100);
        n102 = next(n101);
        n103 = next(n102);
        n104 = next(n103);
        n105 = next(*n104 + 1);
        n106 = next(n105);
        n107 = next(n106);
        n108 = next(n107);
        n109 = next(n108);
        n110 = sum(n109, n100);
        n111 = next(n110);
        n112 = next(*n111 + 1);
        n113 = next(n112);
        n114 = next(n113);
        n115 = next(n114);
        n116 = next(n115);
        n117 = next(n116);
        n118 = next(n117);
        n119 = next(*n118 + 1);
        n120 = sum(n119, n110);
        n121 = next(n120);
        n122 = next(n121);
        n123 = next(n122);
        n124 = next(n123);
        n125 = next(n124);
        n126 = next(*n125 + 1);
        n127 = next(n126);
        n128 = next(n127);
        n129 = next(n128);
        n130 = sum(n129, n120);
        n131 = next(n130);
        n132 = next(n131);
        n133 = next(*n132 + 1);
        n134 = next(n133);
        n135 = next(n134);
        n136 = next(n135);
        n137 = next(n136);
        n138 = next(n137);
        n139 = next(n138);
        n140 = sum(n139, n130);
        n141 = next(n140);
        n142 = next(n141);
        n143 = next(n142);
        n144 = next(n143);
        n145 = next(n144);
        n146 = next(n145);
        n147 = next(*n146 + 1);
        n148 = next(n147);
        n149 = next(n148);
        n150 = sum(n149, n140);
        n151 = next(n150);
        n152 = next(n151);
        n153 = next(n152);
        n154 = next(*n153 + 1);
        n155 = next(n154);
        n156 = next(n155);
        n157 = next(n156);
        n158 = next(n157);
        n159 = next(n158);
        n160 = sum(n159, n150);
        n161 = next(*n160 + 1);
        n162 = next(n161);
        n163 = next(n162);
        n164 = next(n163);
        n165 = next(n164);
        n166 = next(n165);
        n167 = next(n166);
        n168 = next(*n167 + 1);
        n169 = next(n168);
        n170 = sum(n169, n160);
        n171 = next(n170);
        n172 = next(n171);
        n173 = next(n172);
        n174 = next(n173);
        n175 = next(*n174 + 1);
        n176 = next(n175);
        n177 = next(n176);
        n178 = next(n177);
        n179 = next(n178);
        n180 = sum(n179, n170);
        n181 = next(n180);
        n182 = next(*n181 + 1);
        n183 = next(n182);
        n184 = next(n183);
        n185 = next(n184);
        n186 = next(n185);
        n187 = next(n186);
        n188 = next(n187);
        n189 = next(*n188 + 1);
        n190 = sum(n189, n180);
        n191 = next(n190);
        n192 = next(n191);
        n193 = next(n192);
        n194 = next(n193);
        n195 = next(n194);
        n196 = next(*n195 + 1);
        n197 = next(n196);
        n198 = next(n197);
        n199 = next(n198);
        n199
    }
}

fn main() {
    let run = Runner::in_memory().run(counting()).unwrap();
    assert_eq!(run.nodes().count(), 200);
    assert_eq!(*run.result(counting::n100).unwrap(), 415);
    assert_eq!(*run.output(), 733);
}
